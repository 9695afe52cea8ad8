"""Everything on one machine: web, worker, sandbox bank and demo shop, started and kept running together."""
