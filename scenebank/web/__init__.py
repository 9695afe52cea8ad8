"""The doors: embed for pages, api for servers."""
