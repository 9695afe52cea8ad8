"""Widgets, loader, launch, and the way to the bank and back."""
