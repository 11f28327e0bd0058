#+ fault: A place as a reason.
#+ also: [disjoint-classes]
PREFIX : <https://w3id.org/stancegraph/id/example/>
PREFIX sg: <https://w3id.org/stancegraph/ontology#>
WITH <https://w3id.org/stancegraph/graph/article/example>
DELETE { :Stance sg:reason ?old . }
INSERT { :Stance sg:reason :Lake . }
WHERE { :Stance sg:reason ?old . }
