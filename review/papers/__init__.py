"""Papers that leave the building: statement of reasons, notice, dossier, exports."""
