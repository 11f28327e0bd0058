#+ fault: A stance that continues an actor.
#+ also: [disjoint-classes, unattributed-claim]
PREFIX : <https://w3id.org/stancegraph/id/example/>
PREFIX sg: <https://w3id.org/stancegraph/ontology#>
WITH <https://w3id.org/stancegraph/graph/article/example>
DELETE { :Stance sg:continues ?old . }
INSERT { :Stance sg:continues :Syldavia . }
WHERE { :Stance sg:continues ?old . }
