"""The core: what the community can do, feature by feature, with no chat SDK anywhere."""
