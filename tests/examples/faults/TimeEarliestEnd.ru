#+ fault: A time that ends, at the earliest, after its latest end.
PREFIX : <https://w3id.org/stancegraph/id/example/>
PREFIX sg: <https://w3id.org/stancegraph/ontology#>
PREFIX xsd: <http://www.w3.org/2001/XMLSchema#>
WITH <https://w3id.org/stancegraph/graph/article/example>
DELETE {  }
INSERT { :June sg:earliestEnd "2012-07-01"^^xsd:date . }
WHERE {  }
