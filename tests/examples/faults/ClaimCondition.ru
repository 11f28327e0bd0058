#+ fault: An actor as a condition.
#+ also: [disjoint-classes]
PREFIX : <https://w3id.org/stancegraph/id/example/>
PREFIX sg: <https://w3id.org/stancegraph/ontology#>
WITH <https://w3id.org/stancegraph/graph/article/example>
DELETE { :Stance sg:condition ?old . }
INSERT { :Stance sg:condition :Syldavia . }
WHERE { :Stance sg:condition ?old . }
