"""What the collected facts mean, and telling people: deadlines, incidents, events, the outbox and the channels."""
