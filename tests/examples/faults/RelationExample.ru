#+ fault: A relation type without an example.
PREFIX relation: <https://w3id.org/stancegraph/id/relation/>
PREFIX skos: <http://www.w3.org/2004/02/skos/core#>
WITH <https://w3id.org/stancegraph/graph/vocabulary>
DELETE { relation:Attacks skos:example ?old . }
INSERT {  }
WHERE { relation:Attacks skos:example ?old . }
