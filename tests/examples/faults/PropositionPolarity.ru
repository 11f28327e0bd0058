#+ fault: A proposition that holds and does not.
#+ also: [functional-property]
PREFIX : <https://w3id.org/stancegraph/id/example/>
PREFIX polarity: <https://w3id.org/stancegraph/id/polarity/>
PREFIX sg: <https://w3id.org/stancegraph/ontology#>
WITH <https://w3id.org/stancegraph/graph/article/example>
DELETE {  }
INSERT { :War sg:polarity polarity:Negated . }
WHERE {  }
