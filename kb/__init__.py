"""The site: domain, storage, actions and web, each floor importing only those below it."""
