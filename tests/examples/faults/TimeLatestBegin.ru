#+ fault: A time that begins, at the latest, after it ends.
PREFIX : <https://w3id.org/stancegraph/id/example/>
PREFIX sg: <https://w3id.org/stancegraph/ontology#>
PREFIX xsd: <http://www.w3.org/2001/XMLSchema#>
WITH <https://w3id.org/stancegraph/graph/article/example>
DELETE {  }
INSERT { :June sg:latestBegin "2012-07-01"^^xsd:date . }
WHERE {  }
