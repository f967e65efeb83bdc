"""The planning library: which visits are lawful, who makes them, where and when.

It knows neither Flask, SQLAlchemy nor Folium, and reads no clock, environment or network by itself.
"""
