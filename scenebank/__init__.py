"""What stands behind the widgets: one folder per subject, no HTML inside."""
