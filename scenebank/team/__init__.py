"""The people who work on the catalogue, the operator's and the banks': who they are, what they may, and their keys."""
