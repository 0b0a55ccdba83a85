"""The address of an article that gets a new version."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template
from flask.typing import ResponseReturnValue

from kb.actions import addressing
from kb.domain.errors import KnowledgeBaseError
from kb.domain.permission import Verb
from kb.web.access import requires, signed_in
from kb.web.forms import Form, text
from kb.web.site import site
from kb.web.text_pages import text_of

pages = Blueprint("article_address", __name__, url_prefix="/contribute")


class AddressForm(Form):
    """Where the new version will stand."""

    slug = text(
        "Address",
        hint="Small letters, digits and hyphens, such as calm-starts-after-lunch.",
        needed="Enter an address.",
        longest=addressing.LONGEST,
        spellcheck=False,
    )


@pages.route("/<int:text_id>/address", methods=["GET", "POST"])
@requires(Verb.WRITE)
def change(text_id: int) -> ResponseReturnValue:
    """Choose another address for the new version; the old one will lead there."""
    found = text_of(text_id, Verb.NAME_ADDRESS)
    form = AddressForm(data={"slug": addressing.address_of(site().database, found)})
    if form.valid:
        try:
            wished = addressing.change(site().database, signed_in(), text_id, form.slug.data)
        except KnowledgeBaseError as error:
            form.refuse(error)
        else:
            same = wished == found.replaces
            flash("The address stays as it is." if same else "It gets this address when it is published.")
            return redirect(f"/contribute/{text_id}", 303)
    return render_template("contribute/address.html", form=form, text=found), form.status
