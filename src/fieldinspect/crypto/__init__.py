"""Keys, signatures and sealing: small functions over bytes."""
