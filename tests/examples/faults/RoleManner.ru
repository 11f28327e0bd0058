#+ fault: An actor as a manner.
#+ also: [disjoint-classes]
PREFIX : <https://w3id.org/stancegraph/id/example/>
PREFIX sg: <https://w3id.org/stancegraph/ontology#>
WITH <https://w3id.org/stancegraph/graph/article/example>
DELETE { :Sharing sg:manner ?old . }
INSERT { :Sharing sg:manner :Syldavia . }
WHERE { :Sharing sg:manner ?old . }
