#+ fault: A time span of which nothing is known.
PREFIX : <https://w3id.org/stancegraph/id/example/>
PREFIX attitude: <https://w3id.org/stancegraph/id/attitude/>
PREFIX position: <https://w3id.org/stancegraph/id/position/>
PREFIX sg: <https://w3id.org/stancegraph/ontology#>
PREFIX xsd: <http://www.w3.org/2001/XMLSchema#>
WITH <https://w3id.org/stancegraph/graph/article/example>
DELETE { :Spring ?p ?o . }
INSERT { :Spring a sg:TimeSpan ; <http://www.w3.org/2000/01/rdf-schema#label> "some time"@en . }
WHERE { :Spring ?p ?o . }
