"""Services about how staff get in: passkeys, recovery codes, mail links, identities of other organisations."""
