"""The one step that makes the tables of services, users and staff, and gathers their measures."""
