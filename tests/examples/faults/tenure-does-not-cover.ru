#+ fault: A tenure that ended before the speech.
PREFIX : <https://w3id.org/stancegraph/id/example/>
PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
PREFIX sg: <https://w3id.org/stancegraph/ontology#>
PREFIX xsd: <http://www.w3.org/2001/XMLSchema#>
WITH <https://w3id.org/stancegraph/graph/article/example>
DELETE { :Tenure sg:tenureSpan ?old . }
INSERT { :Tenure sg:tenureSpan :Winter . :Winter a sg:TimeSpan ; rdfs:label "winter"@en ; sg:latestEnd "2012-02-01"^^xsd:date . }
WHERE { :Tenure sg:tenureSpan ?old . }
