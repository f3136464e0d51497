"""Notebooks of honest students, with the oddities that honest notebooks have."""
