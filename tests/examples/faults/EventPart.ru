#+ fault: An event that is part of an actor.
#+ also: [disjoint-classes, unattributed-claim]
PREFIX : <https://w3id.org/stancegraph/id/example/>
PREFIX sg: <https://w3id.org/stancegraph/ontology#>
WITH <https://w3id.org/stancegraph/graph/article/example>
DELETE { :Speech sg:subEventOf ?old . }
INSERT { :Speech sg:subEventOf :Syldavia . }
WHERE { :Speech sg:subEventOf ?old . }
