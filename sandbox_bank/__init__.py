"""A bank of its own for trying things out: three fictitious banks in one process, HTTP only, rude on purpose.
It imports nothing of Scenebank and computes everything by itself."""
