#+ fault: A report that came out after the article.
PREFIX : <https://w3id.org/stancegraph/id/example/>
PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
PREFIX sg: <https://w3id.org/stancegraph/ontology#>
PREFIX xsd: <http://www.w3.org/2001/XMLSchema#>
WITH <https://w3id.org/stancegraph/graph/article/example>
DELETE { :Report sg:published ?old . }
INSERT { :Report sg:published :July ; rdfs:seeAlso :July . :July a sg:TimeSpan ; rdfs:label "July"@en ; sg:earliestBegin "2012-07-01"^^xsd:date . }
WHERE { :Report sg:published ?old . }
