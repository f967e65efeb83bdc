"""Inputs that an import has to refuse or to take as they are, by the numbers of the corpus."""
