"""Pictures of everything people see: every state of the widgets, and the pages of shop and bank."""
