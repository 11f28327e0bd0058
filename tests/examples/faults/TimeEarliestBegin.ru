#+ fault: A time that begins, at the earliest, after it ends.
PREFIX : <https://w3id.org/stancegraph/id/example/>
PREFIX sg: <https://w3id.org/stancegraph/ontology#>
PREFIX xsd: <http://www.w3.org/2001/XMLSchema#>
WITH <https://w3id.org/stancegraph/graph/article/example>
DELETE { :June sg:earliestBegin ?old . }
INSERT { :June sg:earliestBegin "2012-07-01"^^xsd:date . }
WHERE { :June sg:earliestBegin ?old . }
