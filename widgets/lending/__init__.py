"""What the widgets that lend money share: plans, application and its life. Not a widget of its own."""
