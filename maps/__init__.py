"""What people take along: maps, navigation links, files for calendars and spreadsheets."""
