"""JSON for merchants' servers, banks and operators."""
