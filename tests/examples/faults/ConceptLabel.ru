#+ fault: A concept without a label.
PREFIX issue: <https://w3id.org/stancegraph/id/issue/>
PREFIX skos: <http://www.w3.org/2004/02/skos/core#>
WITH <https://w3id.org/stancegraph/graph/vocabulary>
DELETE { issue:Security skos:prefLabel ?old . }
INSERT {  }
WHERE { issue:Security skos:prefLabel ?old . }
