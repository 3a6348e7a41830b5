"""The launcher behind `./support`: standard library only, one concern a module."""
