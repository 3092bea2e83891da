# The words of the page in English. Another language is another file with the same names.
# What people have written is never in a message.

direction = ltr
skip = Skip to content
signed-in-as = Signed in as
crumbs = Breadcrumb
error = Error
optional = optional
cancel = Cancel
save = Save changes
copy = Copy
copied = Copied
nothing = nothing
colon = :
from = from
with = with
no-name = Without a name

date = { $day } { $month } { $year }
moment = { $date }, { $time } UTC
month-1 = Jan
month-2 = Feb
month-3 = Mar
month-4 = Apr
month-5 = May
month-6 = Jun
month-7 = Jul
month-8 = Aug
month-9 = Sep
month-10 = Oct
month-11 = Nov
month-12 = Dec

unit-just-now = just now
unit-in-a-moment = in a moment
unit-minutes-ago = { $count ->
    [one] { $count } minute ago
   *[other] { $count } minutes ago
}
unit-hours-ago = { $count ->
    [one] { $count } hour ago
   *[other] { $count } hours ago
}
unit-days-ago = { $count ->
    [one] { $count } day ago
   *[other] { $count } days ago
}
unit-months-ago = { $count ->
    [one] { $count } month ago
   *[other] { $count } months ago
}
unit-years-ago = { $count ->
    [one] { $count } year ago
   *[other] { $count } years ago
}
unit-minutes-ahead = { $count ->
    [one] in { $count } minute
   *[other] in { $count } minutes
}
unit-hours-ahead = { $count ->
    [one] in { $count } hour
   *[other] in { $count } hours
}
unit-days-ahead = { $count ->
    [one] in { $count } day
   *[other] in { $count } days
}
unit-months-ahead = { $count ->
    [one] in { $count } month
   *[other] in { $count } months
}
unit-years-ahead = { $count ->
    [one] in { $count } year
   *[other] in { $count } years
}
unit-minutes = { $count ->
    [one] { $count } minute
   *[other] { $count } minutes
}
unit-hours = { $count ->
    [one] { $count } hour
   *[other] { $count } hours
}
unit-days = { $count ->
    [one] { $count } day
   *[other] { $count } days
}

list-title = Access tokens
list-lead = A token lets a script or a program act for you, without your password.
list-new = New token
list-search = Name
list-show = Show
list-owner = Owner
list-filter = Filter
filters = Filter the tokens
filter-current = In use
filter-soon = Expiring soon
filter-paused = Paused
filter-over = No longer valid
filter-all = All
pages = Pages
pages-first = First page
pages-next = Next page
empty-title = You have no tokens yet
empty-help = Make one for a script, a build machine or another program. Give it only what it needs, and an end.
empty-new = Make your first token
empty-found = No token matches
empty-found-help = Try part of a name, or show all tokens.
empty-all = Clear the filter
empty-owner = There is no such token of this owner

admin-looking = You are looking, as an administrator, at the tokens of
admin-looking-one = You are looking, as an administrator, at a token of
admin-may = You can pause and revoke, and nothing else.
admin-back = Back to your own

state-active = Active
state-retiring = Being replaced
state-not_yet_valid = Not valid yet
state-expired = Expired
state-paused = Paused
state-owner_disabled = Account disabled
state-rotated = Replaced
state-revoked = Revoked
expires-soon = Expires soon

used = Last used
used-never = Never used
expires = Expires
expired = Expired
expires-never = Never expires
expires-on = Expires { $moment }
created = Created
scopes = Permissions
scopes-none = No permissions
resources = Resources
resources-all = Everything you can reach
resources-count = { $count ->
    [one] { $count } resource
   *[other] { $count } resources
}
networks = Networks
networks-all = From anywhere

details = Details
edit = Edit
pause = Pause
resume = Resume
rotate = Replace
revoke = Revoke
retires = Another token has replaced this one, which is still accepted until
successor = Show the new token
history = History
history-none = Nothing has been noted yet.
history-older = Older

by-you = by you
by-owner = by its owner
by-administrator = by the administrator
by-token = by the token itself
by-system = by the service
event-created = Created
event-imported = Imported
event-edited = Changed
event-paused = Paused
event-resumed = Resumed
event-rotated = Replaced by a new token
event-reissued = Secret made anew
event-expiring_soon = Expires soon
event-reused = Used after it was replaced
event-revoked = Revoked
event-pruned = Removed
event-owner_disabled = Account disabled
event-owner_enabled = Account enabled
done-edited = The changes are saved.
done-paused = The token is paused. It is not accepted until you resume it.
done-resumed = The token is accepted again.
done-revoked = The token is revoked. It is not accepted any more.
field-name = Name
field-description = Description
field-scopes = Permissions
field-resources = Resources
field-networks = Networks
field-audiences = Services
field-not_before = Valid from
field-expires_at = Expiry
field-retires_at = Accepted until
field-revocation = Reason
field-user_agent = Client

new-title = New access token
new-lead = The token is shown once, right after it is made.
new-submit = Make token
new-prefilled = A link has filled in this form. Make sure that you want what it asks for.
edit-title = Edit token
name-help = What the token is for, so that you recognise it later.
expiry-help = The sooner a token ends, the less a lost one matters. Dates are in UTC.
expiry-keep = As it is
expiry-never = Never
expiry-date = On a date
expiry-date-label = Date on which it expires
expiry-some-scopes = not with all permissions
scopes-help = Choose as little as the program needs.
scopes-search = Find a permission
scopes-not-found = No permission matches.
scopes-general = General
scopes-implies = Also allows
scopes-gone = No longer on offer; the token keeps it while the box is ticked.
scopes-no-choice = This service has no permissions to choose from.
resources-help = On what the permissions may be used.
resources-some = Only these
resources-search = Find resources
resources-find = Find
resources-not-found = Nothing was found.
resources-write = Others
resources-write-help = One a line, such as repo:acme/site, or repo:acme/* for all below.
networks-help = From where the token is accepted: addresses such as 192.0.2.7, or networks such as 192.0.2.0/24. Leave it empty for anywhere.
networks-yours = Yours is

faults-title = { $count ->
    [one] Something needs another look
   *[other] { $count } things need another look
}
fault-name-empty = Give the token a name.
fault-name = A name has at most 100 characters, and no control characters.
fault-name-not-allowed = A token of this service cannot have this name.
fault-name-taken = You have another token of this name.
fault-description = A description has at most 500 characters.
fault-scopes = You cannot give a token this permission.
fault-expiry = A token cannot live so long, or would be over already. Choose another expiry.
fault-expiry-none = Choose when the token expires.
fault-date = Choose a date in the future, such as 2030-12-31.
fault-not-before = The token would expire before it becomes valid.
fault-resources = A resource is written like repo:acme/site, repo:acme/* or repo:*, one a line.
fault-resources-none = Name at least one resource, or choose everything.
fault-search = The resources cannot be looked up at the moment. Try again in a moment.
fault-networks = A network is written like 192.0.2.7, 192.0.2.0/24 or 2001:db8::/32.
fault-reason = A reason has at most 200 characters.
fault-grace = The old token cannot be accepted for so long, or another one of this family still is.
fault-limit = You have as many tokens as you may have. Revoke one that you no longer need, then try again.
fault-key = This form was sent before. Go back to your tokens and look whether the token is there.
fault-form = This form is out of date. Load the page again.
fault-conflict = The token was changed meanwhile. What you wrote is still here: look at it again, then save to write over the other change.
fault-login = For this you need to have signed in a short time ago.
fault-ended = The token is no longer valid, and stays as it is.
fault-rotated = The token was replaced already.

login-title = Sign in again.
login-help = To make or replace a token you need to have signed in a short time ago.
login-link = Sign in
login-link-new = Sign in in a new tab, then send this form again

secret-title = Your new token
secret-created = Your token is ready
secret-rotated = Your token is replaced
secret-once = Copy it now: it is shown this once.
secret-warning = Keep it like a password. Nobody can show it again, not even we; if you lose it, replace the token.
secret-label = Token
secret-try = Try it
secret-gone = The token was shown here once, and is not kept.
secret-done = I have copied it
again-title = The form was sent before, and the token was made then.
again-help = Its secret was shown once and is not kept. If you do not have it, replace the token.

rotate-title = Replace this token?
rotate-help = You get a new secret with the same permissions and limits.
rotate-grace = The old one is accepted
rotate-grace-none = no longer
rotate-grace-some = for { $span } more
rotate-at-once = The old one is not accepted any more from then on.
rotate-submit = Replace token
revoke-title = Revoke this token?
revoke-help = Programs that use it are refused at once. This cannot be undone.
revoke-reason = Reason
revoke-submit = Revoke token

failure-back = Back to your tokens
problem-other = That did not work
problem-other-help = Go back and try again.
problem-not-found = There is nothing here
problem-not-found-help = The token may have been removed, or the address is wrong.
problem-forbidden = This is not for you to do
problem-forbidden-help = You can look at this token and stop it, but not change it.
problem-not-for-tokens = A token manages no tokens
problem-not-for-tokens-help = Sign in, and send the request without a token.
problem-cross-site = This came from another site
problem-cross-site-help = Nothing was changed. If it was you, do it again from the pages here.
problem-login-required = Sign in again
problem-login-required-help = For this you need to have signed in a short time ago.
problem-too-many-requests = That was too often
problem-too-many-requests-help = Wait a little, then try again.
problem-unavailable = Not available at the moment
problem-unavailable-help = It is not you. It may have worked or not: look at your tokens in a moment, before you try again.
problem-ended = The token is no longer valid
problem-ended-help = It stays as it is.
problem-too-large = This is too long
problem-too-large-help = Go back and shorten what you wrote.
