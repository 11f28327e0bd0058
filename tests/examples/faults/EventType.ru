#+ fault: An event of the type of an issue.
#+ also: [disjoint-classes]
PREFIX : <https://w3id.org/stancegraph/id/example/>
PREFIX issue: <https://w3id.org/stancegraph/id/issue/>
PREFIX sg: <https://w3id.org/stancegraph/ontology#>
WITH <https://w3id.org/stancegraph/graph/article/example>
DELETE { :Conference sg:eventType ?old . }
INSERT { :Conference sg:eventType issue:Security . }
WHERE { :Conference sg:eventType ?old . }
