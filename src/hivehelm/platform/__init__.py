"""What people call Hivemind: the manager, apps, exports, reports and charts on top of the actions."""
