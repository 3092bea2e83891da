# Les mots de la page en français.

direction = ltr
skip = Aller au contenu
signed-in-as = Connecté en tant que
crumbs = Fil d’Ariane
error = Erreur
optional = facultatif
cancel = Annuler
save = Enregistrer
copy = Copier
copied = Copié
nothing = rien
colon = { "\u00A0" }:
from = depuis
with = avec
no-name = Sans nom

date = { $day } { $month } { $year }
moment = { $date } à { $time } UTC
month-1 = janv.
month-2 = févr.
month-3 = mars
month-4 = avr.
month-5 = mai
month-6 = juin
month-7 = juil.
month-8 = août
month-9 = sept.
month-10 = oct.
month-11 = nov.
month-12 = déc.

unit-just-now = à l’instant
unit-in-a-moment = dans un instant
unit-minutes-ago = { $count ->
    [one] il y a { $count } minute
   *[other] il y a { $count } minutes
}
unit-hours-ago = { $count ->
    [one] il y a { $count } heure
   *[other] il y a { $count } heures
}
unit-days-ago = { $count ->
    [one] il y a { $count } jour
   *[other] il y a { $count } jours
}
unit-months-ago = il y a { $count } mois
unit-years-ago = { $count ->
    [one] il y a { $count } an
   *[other] il y a { $count } ans
}
unit-minutes-ahead = { $count ->
    [one] dans { $count } minute
   *[other] dans { $count } minutes
}
unit-hours-ahead = { $count ->
    [one] dans { $count } heure
   *[other] dans { $count } heures
}
unit-days-ahead = { $count ->
    [one] dans { $count } jour
   *[other] dans { $count } jours
}
unit-months-ahead = dans { $count } mois
unit-years-ahead = { $count ->
    [one] dans { $count } an
   *[other] dans { $count } ans
}
unit-minutes = { $count ->
    [one] { $count } minute
   *[other] { $count } minutes
}
unit-hours = { $count ->
    [one] { $count } heure
   *[other] { $count } heures
}
unit-days = { $count ->
    [one] { $count } jour
   *[other] { $count } jours
}

list-title = Jetons d’accès
list-lead = Un jeton permet à un script ou à un programme d’agir en votre nom, sans votre mot de passe.
list-new = Nouveau jeton
list-search = Nom
list-show = Afficher
list-owner = Propriétaire
list-filter = Filtrer
filters = Filtrer les jetons
filter-current = En service
filter-soon = Expirent bientôt
filter-paused = En pause
filter-over = Plus valables
filter-all = Tous
pages = Pages
pages-first = Première page
pages-next = Page suivante
empty-title = Vous n’avez pas encore de jeton
empty-help = Créez-en un pour un script, une machine de compilation ou un autre programme. Ne lui donnez que le nécessaire, et une fin.
empty-new = Créer votre premier jeton
empty-found = Aucun jeton ne correspond
empty-found-help = Essayez une partie du nom, ou affichez tous les jetons.
empty-all = Effacer le filtre
empty-owner = Ce propriétaire n’a pas de tel jeton

admin-looking = Vous regardez, en tant qu’administrateur, les jetons de
admin-looking-one = Vous regardez, en tant qu’administrateur, un jeton de
admin-may = Vous pouvez mettre en pause et révoquer, rien de plus.
admin-back = Revenir aux vôtres

state-active = Actif
state-retiring = En cours de remplacement
state-not_yet_valid = Pas encore valable
state-expired = Expiré
state-paused = En pause
state-owner_disabled = Compte désactivé
state-rotated = Remplacé
state-revoked = Révoqué
expires-soon = Expire bientôt

used = Dernière utilisation
used-never = Jamais utilisé
expires = Expire
expired = Expiré
expires-never = N’expire jamais
expires-on = Expire le { $moment }
created = Créé
scopes = Autorisations
scopes-none = Aucune autorisation
resources = Ressources
resources-all = Tout ce à quoi vous avez accès
resources-count = { $count ->
    [one] { $count } ressource
   *[other] { $count } ressources
}
networks = Réseaux
networks-all = De partout

details = Détails
edit = Modifier
pause = Mettre en pause
resume = Reprendre
rotate = Remplacer
revoke = Révoquer
retires = Un autre jeton remplace celui-ci, qui reste accepté jusqu’au
successor = Voir le nouveau jeton
history = Historique
history-none = Rien n’a encore été noté.
history-older = Plus ancien

by-you = par vous
by-owner = par son propriétaire
by-administrator = par l’administrateur
by-token = par le jeton lui-même
by-system = par le service
event-created = Créé
event-imported = Importé
event-edited = Modifié
event-paused = Mis en pause
event-resumed = Repris
event-rotated = Remplacé par un nouveau jeton
event-reissued = Secret refait
event-expiring_soon = Expire bientôt
event-reused = Utilisé après son remplacement
event-revoked = Révoqué
event-pruned = Supprimé
event-owner_disabled = Compte désactivé
event-owner_enabled = Compte réactivé
done-edited = Les modifications sont enregistrées.
done-paused = Le jeton est en pause. Il n’est plus accepté tant que vous ne le reprenez pas.
done-resumed = Le jeton est de nouveau accepté.
done-revoked = Le jeton est révoqué. Il n’est plus accepté.
field-name = Nom
field-description = Description
field-scopes = Autorisations
field-resources = Ressources
field-networks = Réseaux
field-audiences = Services
field-not_before = Valable à partir du
field-expires_at = Expiration
field-retires_at = Accepté jusqu’au
field-revocation = Motif
field-user_agent = Client

new-title = Nouveau jeton d’accès
new-lead = Le jeton n’est affiché qu’une fois, juste après sa création.
new-submit = Créer le jeton
new-prefilled = Un lien a rempli ce formulaire. Vérifiez que vous voulez bien ce qu’il demande.
edit-title = Modifier le jeton
name-help = À quoi sert le jeton, pour le reconnaître plus tard.
expiry-help = Plus un jeton finit tôt, moins sa perte est grave. Les dates sont en UTC.
expiry-keep = Inchangée
expiry-never = Jamais
expiry-date = À une date
expiry-date-label = Date d’expiration
expiry-some-scopes = pas avec toutes les autorisations
scopes-help = Choisissez le peu dont le programme a besoin.
scopes-search = Trouver une autorisation
scopes-not-found = Aucune autorisation ne correspond.
scopes-general = Général
scopes-implies = Permet aussi
scopes-gone = N’est plus proposée ; le jeton la garde tant que la case est cochée.
scopes-no-choice = Ce service n’a pas d’autorisations à choisir.
resources-help = Sur quoi les autorisations peuvent servir.
resources-some = Seulement ceci
resources-search = Trouver des ressources
resources-find = Trouver
resources-not-found = Rien n’a été trouvé.
resources-write = Autres
resources-write-help = Une par ligne, comme repo:acme/site, ou repo:acme/* pour tout ce qui est dessous.
networks-help = D’où le jeton est accepté : des adresses comme 192.0.2.7, ou des réseaux comme 192.0.2.0/24. Laissez vide pour partout.
networks-yours = La vôtre est

faults-title = { $count ->
    [one] Un point est à revoir
   *[other] { $count } points sont à revoir
}
fault-name-empty = Donnez un nom au jeton.
fault-name = Un nom a au plus 100 caractères, sans caractère de contrôle.
fault-name-not-allowed = Un jeton de ce service ne peut pas porter ce nom.
fault-name-taken = Vous avez un autre jeton de ce nom.
fault-description = Une description a au plus 500 caractères.
fault-scopes = Vous ne pouvez pas donner cette autorisation à un jeton.
fault-expiry = Un jeton ne peut pas durer si longtemps, ou serait déjà fini. Choisissez une autre expiration.
fault-expiry-none = Choisissez quand le jeton expire.
fault-date = Choisissez une date à venir, comme 2030-12-31.
fault-not-before = Le jeton expirerait avant de devenir valable.
fault-resources = Une ressource s’écrit comme repo:acme/site, repo:acme/* ou repo:*, une par ligne.
fault-resources-none = Nommez au moins une ressource, ou choisissez tout.
fault-search = Les ressources ne peuvent pas être cherchées pour le moment. Réessayez dans un instant.
fault-networks = Un réseau s’écrit comme 192.0.2.7, 192.0.2.0/24 ou 2001:db8::/32.
fault-reason = Un motif a au plus 200 caractères.
fault-grace = L’ancien jeton ne peut pas rester accepté si longtemps, ou un autre de cette famille l’est encore.
fault-limit = Vous avez autant de jetons que possible. Révoquez-en un dont vous n’avez plus besoin, puis réessayez.
fault-key = Ce formulaire a déjà été envoyé. Revenez à vos jetons et regardez si le jeton y est.
fault-form = Ce formulaire est périmé. Rechargez la page.
fault-conflict = Le jeton a été modifié entre-temps. Ce que vous avez écrit est toujours là : relisez, puis enregistrez pour remplacer l’autre modification.
fault-login = Pour cela, vous devez vous être connecté il y a peu.
fault-ended = Le jeton n’est plus valable, et reste tel quel.
fault-rotated = Le jeton a déjà été remplacé.

login-title = Connectez-vous à nouveau.
login-help = Pour créer ou remplacer un jeton, vous devez vous être connecté il y a peu.
login-link = Se connecter
login-link-new = Connectez-vous dans un nouvel onglet, puis renvoyez ce formulaire

secret-title = Votre nouveau jeton
secret-created = Votre jeton est prêt
secret-rotated = Votre jeton est remplacé
secret-once = Copiez-le maintenant : il n’est affiché qu’une fois.
secret-warning = Gardez-le comme un mot de passe. Personne ne peut l’afficher à nouveau, pas même nous ; si vous le perdez, remplacez le jeton.
secret-label = Jeton
secret-try = L’essayer
secret-gone = Le jeton a été affiché ici une fois, et n’est pas conservé.
secret-done = Je l’ai copié
again-title = Le formulaire a déjà été envoyé, et le jeton créé à ce moment-là.
again-help = Son secret a été affiché une fois et n’est pas conservé. Si vous ne l’avez pas, remplacez le jeton.

rotate-title = Remplacer ce jeton ?
rotate-help = Vous recevez un nouveau secret avec les mêmes autorisations et limites.
rotate-grace = L’ancien reste accepté
rotate-grace-none = plus du tout
rotate-grace-some = encore { $span }
rotate-at-once = L’ancien n’est plus accepté à partir de ce moment.
rotate-submit = Remplacer le jeton
revoke-title = Révoquer ce jeton ?
revoke-help = Les programmes qui l’utilisent sont refusés aussitôt. C’est définitif.
revoke-reason = Motif
revoke-submit = Révoquer le jeton

failure-back = Revenir à vos jetons
problem-other = Cela n’a pas marché
problem-other-help = Revenez en arrière et réessayez.
problem-not-found = Il n’y a rien ici
problem-not-found-help = Le jeton a peut-être été supprimé, ou l’adresse est fausse.
problem-forbidden = Vous ne pouvez pas faire cela
problem-forbidden-help = Vous pouvez regarder ce jeton et l’arrêter, mais pas le modifier.
problem-not-for-tokens = Un jeton ne gère pas de jetons
problem-not-for-tokens-help = Connectez-vous, et envoyez la requête sans jeton.
problem-cross-site = Cela vient d’un autre site
problem-cross-site-help = Rien n’a été modifié. Si c’était vous, recommencez depuis les pages d’ici.
problem-login-required = Connectez-vous à nouveau
problem-login-required-help = Pour cela, vous devez vous être connecté il y a peu.
problem-too-many-requests = C’était trop souvent
problem-too-many-requests-help = Attendez un peu, puis réessayez.
problem-unavailable = Indisponible pour le moment
problem-unavailable-help = Ce n’est pas vous. Cela a pu marcher ou non : regardez vos jetons dans un instant, avant de réessayer.
problem-ended = Le jeton n’est plus valable
problem-ended-help = Il reste tel quel.
problem-too-large = C’est trop long
problem-too-large-help = Revenez en arrière et raccourcissez ce que vous avez écrit.
