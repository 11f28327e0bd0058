#+ fault: An attribution via a publication.
#+ also: [disjoint-classes, citation-elsewhere, citation-idle]
PREFIX : <https://w3id.org/stancegraph/id/example/>
PREFIX sg: <https://w3id.org/stancegraph/ontology#>
WITH <https://w3id.org/stancegraph/graph/article/example>
DELETE {  }
INSERT { :Inner sg:viaCitation :Report . }
WHERE {  }
