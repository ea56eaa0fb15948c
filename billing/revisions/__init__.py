"""Price revisions: a coming price is told, before it begins, to the customers whose use it touches.

changes.ahead(at=at, organisation=garden) -> [Change, ...]      what changes for one organisation, for pages
actions.tell(organisation, [...], at=at)                        one mail with everything that is new
"""
