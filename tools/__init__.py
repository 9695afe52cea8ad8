"""Tools for those who work on Scenebank."""
