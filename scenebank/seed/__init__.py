"""The demonstration's story: three fictitious banks, their products, two fictitious shops."""

from scenebank.seed.catalogue import seed_catalogue
from scenebank.seed.shops import ShopAccounts, seed_shops
from scenebank.seed.subsidies import seed_subsidies

__all__ = ["ShopAccounts", "seed_catalogue", "seed_shops", "seed_subsidies"]
