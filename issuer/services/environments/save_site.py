"""Keeps a site's texts: a new site, or changed texts of one that nobody else changed meanwhile."""

import uuid
from dataclasses import replace

from issuer.domain.audit import Act
from issuer.domain.errors import InvalidRequestError
from issuer.domain.learning_environment import MOST_SITES, Site, SiteTexts
from issuer.domain.permissions import StaffMember
from issuer.domain.site_rules import check_site
from issuer.services.environments.read_environment import EditedMeanwhileError
from issuer.services.outside import Outside


def add(outside: Outside, who: StaffMember, texts: SiteTexts) -> str:
    """Make a site; return its id. Raises InvalidFormError, or InvalidRequestError ``site.too_many``."""
    checked = check_site(texts)
    now = outside.now()
    site = Site(id=str(uuid.uuid4()), institution_id=who.institution_id, texts=checked)
    with outside.database.write() as uow:
        if len(uow.environments.sites(who.institution_id)) >= MOST_SITES:
            raise InvalidRequestError(code="site.too_many")
        uow.environments.add_site(site, now=now)
        uow.audit.append(Act(at=now, actor=who.actor, action="site.added", refs=(("site", site.id),)))
    return site.id


def change(outside: Outside, who: StaffMember, site_id: str, texts: SiteTexts, *, seen: str) -> None:
    """Change a site's texts; published reports keep the old ones.

    Args:
        seen: `Site.seen` of what the editor had before the eyes.

    Raises:
        NotFoundError: no such site here.
        InvalidFormError: a text breaks a rule.
        EditedMeanwhileError: somebody else was faster.
    """
    checked = check_site(texts)
    now = outside.now()
    with outside.database.write() as uow:
        site = uow.environments.site(site_id, who.institution_id, lock=True)
        if site.seen != seen:
            raise EditedMeanwhileError
        uow.environments.update_site(replace(site, texts=checked))
        uow.audit.append(Act(at=now, actor=who.actor, action="site.changed", refs=(("site", site.id),)))
