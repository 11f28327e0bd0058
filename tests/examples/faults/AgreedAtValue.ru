#+ fault: The value of “agreed at” is a person.
#+ also: [disjoint-classes, event-without-account]
PREFIX : <https://w3id.org/stancegraph/id/example/>
PREFIX sg: <https://w3id.org/stancegraph/ontology#>
PREFIX xsd: <http://www.w3.org/2001/XMLSchema#>
WITH <https://w3id.org/stancegraph/graph/article/example>
DELETE {  }
INSERT { :Agreement sg:agreedAt :Rudolf . }
WHERE {  }
