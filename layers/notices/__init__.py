"""Notices to people and systems: e-mail and webhook, in two languages, with a log of every delivery.

In: a template's name, recipients and values (`outbox.send`). Out: what the queue delivers, again and again until it is
taken or given up. A domain brings its own words: `templates/notices/<template>/{vi,en}/{subject,body}.txt`.
"""
