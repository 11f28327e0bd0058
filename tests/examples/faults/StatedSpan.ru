#+ fault: An external statement that holds for a person.
#+ also: [disjoint-classes]
PREFIX : <https://w3id.org/stancegraph/id/example/>
PREFIX sg: <https://w3id.org/stancegraph/ontology#>
WITH <https://w3id.org/stancegraph/graph/article/example>
DELETE { :ExternalStatement sg:statedSpan ?old . }
INSERT { :ExternalStatement sg:statedSpan :Rudolf . }
WHERE { :ExternalStatement sg:statedSpan ?old . }
