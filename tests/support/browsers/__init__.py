"""Three engines behind one small set of verbs, so that one journey runs in all of them."""

from tests.support.browsers.browser import PAGE, Browser
from tests.support.browsers.chromium import chromium
from tests.support.browsers.firefox import firefox
from tests.support.browsers.webkit import webkit

__all__ = ["PAGE", "Browser", "chromium", "firefox", "webkit"]
