#+ fault: An attribution that puts an actor forward.
#+ also: [disjoint-classes, unattributed-claim]
PREFIX : <https://w3id.org/stancegraph/id/example/>
PREFIX sg: <https://w3id.org/stancegraph/ontology#>
WITH <https://w3id.org/stancegraph/graph/article/example>
DELETE { :Inner sg:putsForward ?old . }
INSERT { :Inner sg:putsForward :Syldavia . }
WHERE { :Inner sg:putsForward ?old . }
