#+ fault: An outlet controlled by a policy.
#+ also: [ActorAffiliation, disjoint-classes]
PREFIX : <https://w3id.org/stancegraph/id/example/>
PREFIX sg: <https://w3id.org/stancegraph/ontology#>
WITH <https://w3id.org/stancegraph/graph/article/example>
DELETE { :Courier sg:controlledBy ?old . }
INSERT { :Courier sg:controlledBy :Pact . }
WHERE { :Courier sg:controlledBy ?old . }
